# hint: services-only
# step: away
docker service rm todo_web todo_db
wait 15s
