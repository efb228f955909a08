using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Management;

namespace Serverless.Tests.Unit.Management;

public sealed class ConditionalAnswerTests
{
    [Fact]
    public async Task Who_has_the_answer_is_not_sent_it_again()
    {
        var (status, body, tag) = await AskAsync("three");
        var again = await AskAsync("three", known: tag);
        var changed = await AskAsync("four", known: tag);

        Assert.Equal((200, "three"), (status, body));
        Assert.Equal((304, "", tag), again);
        Assert.Equal((200, "four"), (changed.Status, changed.Body));
        Assert.NotEqual(tag, changed.Tag);
    }

    [Fact]
    public async Task ETag_of_a_state_to_be_changed_is_no_ETag_of_the_numbers_beside_it()
    {
        var (status, body, tag) = await AskAsync("2 devices", state: "\"5f0c\"", known: "\"5f0c\"");

        Assert.Equal((200, "2 devices", "\"5f0c\""), (status, body, tag));
    }

    [Fact]
    public async Task Problem_has_no_ETag()
    {
        var (status, body, tag) = await AskAsync("no", status: 404, known: "*");

        Assert.Equal((404, "no", ""), (status, body, tag));
    }

    private static async Task<(int Status, string Body, string Tag)> AskAsync(string text, string? state = null, string? known = null, int status = 200)
    {
        var sent = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
            Request = { Method = HttpMethods.Get },
            Response = { Body = sent },
        };
        context.Request.Headers.IfNoneMatch = known;
        context.Response.Headers.ETag = state;
        await ConditionalAnswer.To(context.Request, Results.Text(text, statusCode: status)).ExecuteAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(sent.ToArray()), context.Response.Headers.ETag.ToString());
    }
}
