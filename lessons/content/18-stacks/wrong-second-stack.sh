# hint: another-stack
# step: grow
sed -i "s/replicas: 1/replicas: 3/; s/8030:/8031:/" stack.yaml
docker stack deploy -c stack.yaml todo2
