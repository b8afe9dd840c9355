# A limit is no reservation.
# hint: nothing-reserved
# step: big
docker service create -d --name report --replicas 4 --limit-memory 1g nginx
