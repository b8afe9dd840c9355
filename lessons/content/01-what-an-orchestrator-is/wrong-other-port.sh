# It is made anew without its port.
# hint: other-port
# step: delete
docker rm -f web-2
docker run -d --name web-2 nginx
