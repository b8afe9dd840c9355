# hint: not-published
# step: publish
docker service update -q --publish-add published=8000,target=80 web
