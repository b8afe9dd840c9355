# hint: removed
# step: fewer
docker service rm web
