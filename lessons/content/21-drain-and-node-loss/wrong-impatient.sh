# hint: impatient
# step: loss
docker node ls
