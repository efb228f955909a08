using Microsoft.Playwright;

namespace Serverless.Tests.Dashboard.Pages;

internal sealed class UploadPage(Window window) : Window(window)
{
    public ILocator App => Page.GetByLabel("App", new() { Exact = true }).And(Page.Locator("input"));

    public ILocator Channel => Page.GetByLabel("Channel", new() { Exact = true });

    public ILocator Version => Page.GetByLabel("Version", new() { Exact = true });

    public ILocator Verdict => Page.GetByRole(AriaRole.Region, new() { Name = "Verdict" });

    /// <summary>Lets a file fall on the page, as a hand with a mouse does.</summary>
    public async Task DropAsync(string name, byte[] content)
    {
        await using var dropped = await Page.EvaluateHandleAsync(
            "([name, content]) => { const data = new DataTransfer(); data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name)); return data; }",
            new[] { name, Convert.ToBase64String(content) });
        await Page.Locator(".drop").DispatchEventAsync("drop", new { dataTransfer = dropped });
    }

    public Task SendAsync() => Main.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true }).ClickAsync();
}
