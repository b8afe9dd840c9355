# hint: wrong-place
# step: config
docker config create hours-winter hours-winter.txt
docker service create -q --name web --replicas 2 -p 8080:80 --config source=hours-winter,target=/etc/hours.txt nginx
