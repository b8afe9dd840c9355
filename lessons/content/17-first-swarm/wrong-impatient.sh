# hint: impatient
# step: loss
docker service scale -d helloworld=4
docker service scale -d helloworld=3
docker rm -f $(docker ps -q --filter name=helloworld)
