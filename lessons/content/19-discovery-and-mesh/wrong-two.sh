# hint: more-than-one
# step: fewer
docker service scale -d web=2
