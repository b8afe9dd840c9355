# Only one of the two is started.
# hint: one-only
# step: two
docker run -d --name web-1 -p 8081:80 nginx
