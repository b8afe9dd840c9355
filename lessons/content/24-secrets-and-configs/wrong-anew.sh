# hint: removed
# step: summer
docker config create hours-summer hours-summer.txt
docker service rm web
wait 3s
docker service create -q --name web --replicas 2 -p 8080:80 --config source=hours-summer,target=/usr/share/nginx/html/index.html nginx
docker config rm hours-winter
