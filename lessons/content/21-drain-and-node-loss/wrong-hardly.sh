# hint: not-yet-moved
# step: loss
while docker node ls --filter name=swarm-moe | grep -q Ready; do sleep 0.2; done
