# The policy is in the file, not in the container.
# hint: no-policy
# step: loop
sed -i 's/    mem_limit: 20m/    mem_limit: 20m\n    restart: on-failure/' compose.yaml
wait 1m
