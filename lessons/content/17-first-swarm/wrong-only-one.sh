# hint: not-two
# step: create
docker service create -d --name helloworld ubuntu sleep 1d
