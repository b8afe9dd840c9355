# The swarm begins on another host.
# hint: elsewhere
# step: init
ssh swarm-curly docker swarm init --advertise-addr 10.77.0.12
