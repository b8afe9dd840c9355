# Waits for a host that has no power.
# hint: alpha-only
# step: dark
ssh alpha docker ps
wait 1m
curl -m 5 http://alpha:8030/items
