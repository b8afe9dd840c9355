# hint: not-five
# step: leader
ssh swarm-curly docker node ls
