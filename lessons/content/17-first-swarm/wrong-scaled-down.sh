# Taken away by wish.
# hint: scaled-down
# step: loss
docker service scale helloworld=2
