from tests.factories.contacts import create_contact
from tests.factories.tasks import create_task
from tests.factories.users import create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.services.activities import verify_all


async def test_a_task_from_the_factory_has_a_whole_chain(resources: Resources) -> None:
    people = {await create_contact(resources): None, await create_contact(resources, "Ben Cole"): [1]}
    task = await create_task(resources, await create_user(resources), people)
    async with resources.unit_of_work() as uow:
        assert [broken async for _, broken in verify_all(uow)] == [None]
    assert len(task.questions) == 4
