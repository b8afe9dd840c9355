# hint: another-service
# step: scale
docker service create -d --name helloworld2 ubuntu sleep 1d
