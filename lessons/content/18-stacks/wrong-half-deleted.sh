# The name is gone, and what it was the name of is not.
# hint: unreadable-now
# step: prune
sed -i '/banner:/d' stack.yaml
docker stack deploy --prune -c stack.yaml todo
