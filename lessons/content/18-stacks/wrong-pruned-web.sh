# Too much was deleted.
# hint: pruned-too-much
# step: prune
sed -i "/banner:/,/nginx/d; /web:/,/replicas/d" stack.yaml
docker stack deploy --prune -c stack.yaml todo
