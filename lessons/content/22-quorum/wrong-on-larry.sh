# Asked the one that is down.
# hint: on-larry
# step: leader
docker service scale -d web=5
