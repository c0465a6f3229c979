#[lumina::traced]
#[hedge(after = "2s", max = 3)]
#[timeout("10s")]
async fn ask(client: &Client, mut prompt: String) -> Result<Answer, Error> {
    prompt.push('?');
    client.send(prompt).await
}
