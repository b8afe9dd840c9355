# A number in quotes, which docker stack takes for a text.
# hint: unreadable
# step: grow
sed -i 's/replicas: 1/replicas: "3"/' stack.yaml
docker stack deploy -c stack.yaml todo
