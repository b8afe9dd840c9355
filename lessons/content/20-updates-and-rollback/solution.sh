# step: update
docker service update --image nginx:1.28 web
docker service ps web

# step: bad
docker service update --image nginx:9.99 web
docker service ps web

# step: back
docker service rollback web
docker service ls

# step: careful
docker service update -q --update-order start-first --update-failure-action rollback web

# step: right
docker service update --image nginx:1.29 web
