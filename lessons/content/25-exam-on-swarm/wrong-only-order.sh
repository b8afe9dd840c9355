# hint: half-way
# step: update
docker service update -q --update-order start-first shop_web
