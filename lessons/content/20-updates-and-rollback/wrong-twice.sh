# hint: further-back
# step: back
docker service rollback -d web
wait 20s
docker service rollback -d web
wait 5s
