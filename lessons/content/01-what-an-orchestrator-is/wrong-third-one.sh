# A third one is made instead of starting the second.
# hint: another-one
# step: on-duty
wait 30s
docker run -d --name web-3 -p 8083:80 nginx
