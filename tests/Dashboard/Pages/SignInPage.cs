using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Dashboard.Pages;

internal sealed class SignInPage(Window window) : Window(window)
{
    public ILocator Problem => Page.GetByRole(AriaRole.Alert);

    public async Task TryAsync(string token)
    {
        await Page.GetByLabel("API token").FillAsync(token);
        await Page.Keyboard.PressAsync("Enter");
    }

    public async Task SignInAsync(string token)
    {
        await TryAsync(token);
        await Expect(Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" })).ToBeAttachedAsync();
    }
}
