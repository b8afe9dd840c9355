# Wants less.
# hint: three
# step: big
docker service create -d --name report --replicas 4 --reserve-memory 3g nginx
docker service scale -d report=3
