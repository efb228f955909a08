using System.Collections.Concurrent;
using Microsoft.Playwright;
using Serverless.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Dashboard.Pages;

/// <summary>A browser's window on the dashboard: what all its pages have. A page's own class names what is on it.</summary>
internal class Window
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults", "Dashboard", "screens")).FullName;

    public Window(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            // A refusal is an error to the console, too; what the page makes of it is looked at.
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                Faults.Enqueue(message.Text);
            }
        };
        page.PageError += (_, fault) => Faults.Enqueue(fault);
    }

    protected Window(Window other)
    {
        Page = other.Page;
        Faults = other.Faults;
    }

    public IPage Page { get; }

    /// <summary>What scripts threw, and what the page's policy refused.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    public ILocator Main => Page.GetByRole(AriaRole.Main);

    public ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    /// <param name="address">Behind the <c>#</c>.</param>
    /// <param name="heading">That the page has.</param>
    public async Task GoAsync(string address, string heading)
    {
        await Page.GotoAsync($"/#{address}");
        await Expect(Heading).ToHaveTextAsync(heading);
    }

    /// <summary>A number that stands large, under its name.</summary>
    public ILocator Figure(string name) => Named(name).Locator(".value");

    /// <summary>What is said below it.</summary>
    public ILocator Note(string name) => Named(name).Locator(".soft");

    /// <summary>Presses a button that asks before it acts, fills what is asked for, waits until the dialog shows what would be done, and confirms.</summary>
    /// <param name="button">Its name.</param>
    /// <param name="preview">What the dialog must show before.</param>
    /// <param name="verb">On the button that confirms.</param>
    /// <param name="fill">Fills the dialog's fields; null for none.</param>
    /// <param name="within">Where the button is, when there are several of its name.</param>
    public async Task ActAsync(string button, string preview, string verb, Func<ILocator, Task>? fill = null, ILocator? within = null)
    {
        var dialog = await ConfirmAsync(button, preview, verb, fill, within);
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(Page.Locator(".toast").Last).ToBeVisibleAsync();
    }

    /// <summary>As <see cref="ActAsync"/>, for what the server refuses.</summary>
    /// <returns>The dialog, which says why.</returns>
    public async Task<ILocator> TryToActAsync(string button, string preview, string verb)
    {
        var dialog = await ConfirmAsync(button, preview, verb);
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        return dialog;
    }

    /// <summary>In both themes: keeps a picture, and finds nothing that hinders people who see, hear or move otherwise.</summary>
    public async Task LookAsync(string name)
    {
        foreach (var theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = theme });
            await PictureAsync($"{name}-{theme.ToString().ToLowerInvariant()}");

            // Themes differ in their colours only.
            var found = await Axe.FindAsync(Page, theme is ColorScheme.Light ? null : "color-contrast");
            Assert.True(found.Length == 0, $"{name}, {theme}: {string.Join('\n', found)}");
        }

        Assert.Empty(Faults);
    }

    private async Task<ILocator> ConfirmAsync(string button, string preview, string verb, Func<ILocator, Task>? fill = null, ILocator? within = null)
    {
        await (within ?? Main).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await (fill?.Invoke(dialog) ?? Task.CompletedTask);
        await Expect(dialog.Locator(".preview")).ToContainTextAsync(preview);
        await PictureAsync($"act-{button.ToLowerInvariant().Replace(' ', '-')}");
        EveryActIsPressed.Answer(await dialog.GetByRole(AriaRole.Heading).InnerTextAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        return dialog;
    }

    private ILocator Named(string figure) => Page.Locator(".figure").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = figure, Exact = true }) });

    private Task<byte[]> PictureAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png"), FullPage = true });
}
