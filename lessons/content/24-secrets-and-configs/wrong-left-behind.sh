# hint: left-behind
# step: summer
docker config create hours-summer hours-summer.txt
docker service update -q --config-rm hours-winter --config-add source=hours-summer,target=/usr/share/nginx/html/index.html web
