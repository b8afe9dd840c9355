# step: secret
printf tulip-17 | docker secret create db_password -
docker secret ls

# step: use
docker service update -q --env-rm POSTGRES_PASSWORD --env-add POSTGRES_PASSWORD_FILE=/run/secrets/db_password --secret-add db_password db

# step: config
docker config create hours-winter hours-winter.txt
docker service create -q --name web --replicas 2 -p 8080:80 --config source=hours-winter,target=/usr/share/nginx/html/index.html nginx
curl -s http://swarm-moe:8080/

# step: summer
docker config create hours-summer hours-summer.txt
docker service update -q --config-rm hours-winter --config-add source=hours-summer,target=/usr/share/nginx/html/index.html web
docker config rm hours-winter
