# The token was looked at.
# hint: nobody-joined
# step: join
docker swarm join-token worker
