#[crate::traced(parent = request.span(), follows_from = causes, span = here, crate = crate::instrument)]
fn handle(request: &Request, causes: &[Id]) {
    here.traceparent();
}
