# hint: scaled-to-zero
# step: clear
docker service scale -d helloworld=0
