# hint: labels-missing
# step: zones
docker service create -q --name front --replicas 5 --placement-pref spread=node.labels.zone nginx
