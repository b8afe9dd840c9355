# hint: without-prune
# step: prune
sed -i "/banner:/,/nginx/d" stack.yaml
docker stack deploy -c stack.yaml todo
