# hint: not-deployed
# step: grow
sed -i "s/replicas: 1/replicas: 3/" stack.yaml
