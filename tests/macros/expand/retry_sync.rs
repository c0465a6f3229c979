#[lumina::traced("load-page", retry(max = 2, backoff = fixed, base = "1s", budget = "disk"))]
fn load(cache: &mut Cache, path: PathBuf) -> io::Result<Page> {
    cache.fill(path)?;
    cache.page()
}
