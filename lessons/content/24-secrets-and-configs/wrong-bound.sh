# hint: bound
# step: config
docker service create -d --name web --replicas 2 -p 8080:80 --mount type=bind,src=/root/shop/hours-winter.txt,dst=/usr/share/nginx/html/index.html nginx
wait 10s
