# The second one has no port on the host.
# hint: no-answer
# step: two
docker run -d --name web-1 -p 8081:80 nginx
docker run -d --name web-2 nginx
