# hint: no-label
# step: label
docker service create -d --name db --constraint node.labels.disk==ssd podium/todo-db
