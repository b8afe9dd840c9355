# hint: without-prune
# step: prune
sed -i "/banner:/,+2d" stack.yaml
docker stack deploy -c stack.yaml todo
