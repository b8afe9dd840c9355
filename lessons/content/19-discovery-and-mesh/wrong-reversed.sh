# hint: the-wrong-way-round
# step: publish
docker service update -q --publish-add 80:8080 web
