# hint: not-up-yet
# step: back
docker node ls
