# hint: one
# step: promote
docker node ls
